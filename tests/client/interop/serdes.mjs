// Writes or reads one payload with Confluent's npm serializers: JSON in, JSON out.
//
//   NODE_PACKAGES=tests/node node serdes.mjs < '{"url", "topic", "kind", "do", ...}'
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.env.NODE_PACKAGES + "/");
const registry = require("@confluentinc/schemaregistry");
const protobuf = require("@bufbuild/protobuf");
const wellKnown = require("@bufbuild/protobuf/wkt");

const task = JSON.parse(readFileSync(0, "utf8"));
const client = new registry.SchemaRegistryClient({ baseURLs: [task.url] });
const VALUE = registry.SerdeType.VALUE;
const framing =
  task.framing === "header" ? { schemaIdSerializer: registry.HeaderSchemaIdSerializer } : {};
const latest = { useLatestVersion: true, autoRegisterSchemas: false, ...framing };

const serializers = {
  avro: () => [new registry.AvroSerializer(client, VALUE, latest), task.value],
  json: () => [new registry.JsonSerializer(client, VALUE, { validate: true, ...latest }), task.value],
  protobuf: () => {
    const bytes = Buffer.from(task.descriptors, "hex");
    const set = protobuf.fromBinary(wellKnown.FileDescriptorSetSchema, bytes);
    const message = protobuf.createFileRegistry(set).getMessage("shop.Order");
    const known = protobuf.createMutableRegistry(message);
    const settings = { registry: known, autoRegisterSchemas: true, ...framing };
    const serializer = new registry.ProtobufSerializer(client, VALUE, settings);
    return [serializer, protobuf.fromJson(message, task.value)];
  },
};
const deserializers = {
  avro: () => new registry.AvroDeserializer(client, VALUE, {}),
  json: () => new registry.JsonDeserializer(client, VALUE, {}),
  protobuf: () => new registry.ProtobufDeserializer(client, VALUE, {}),
};

function plain(value) {
  const text = JSON.stringify(value, (key, each) => {
    if (typeof each === "bigint") return Number(each);
    return key.startsWith("$") ? undefined : each;
  });
  return JSON.parse(text);
}

function hex(headers) {
  const pairs = Object.entries(headers);
  return Object.fromEntries(pairs.map(([name, value]) => [name, Buffer.from(value).toString("hex")]));
}

const headers = {};
for (const [name, value] of Object.entries(task.headers ?? {})) {
  headers[name] = Buffer.from(value, "hex");
}
if (task.do === "write") {
  const [serializer, value] = serializers[task.kind]();
  const payload = await serializer.serialize(task.topic, value, headers);
  console.log(JSON.stringify({ payload: payload.toString("hex"), headers: hex(headers) }));
} else {
  const payload = Buffer.from(task.payload, "hex");
  const value = await deserializers[task.kind]().deserialize(task.topic, payload, headers);
  console.log(JSON.stringify({ value: plain(value) }));
}
