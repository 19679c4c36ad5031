// Registers, reads and evolves a schema with @kafkajs/confluent-schema-registry, for
// each format; prints what came back.
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');

const registry = new SchemaRegistry({ host: process.env.DOVETAIL_TEST_URL });

const formats = {
  AVRO: [
    '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"}]}',
    '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"},{"name":"note","type":"string","default":"none"}]}',
  ],
  JSON: [
    '{"type":"object","properties":{"id":{"type":"integer"}},"additionalProperties":false}',
    '{"type":"object","properties":{"id":{"type":"integer"},"note":{"type":"string"}},"additionalProperties":false}',
  ],
  PROTOBUF: [
    'syntax = "proto3"; package shop; message Order { int32 id = 1; }',
    'syntax = "proto3"; package shop; message Order { int32 id = 1; string note = 2; }',
  ],
};

async function evolve(format) {
  const subject = `kafkajs-${format}`;
  const ids = [];
  for (const schema of formats[format]) {
    ids.push((await registry.register({ type: SchemaType[format], schema }, { subject })).id);
  }
  const written = await registry.encode(ids[0], { id: 7 });
  const again = await registry.encode(ids[1], { id: 8, note: 'hi' });
  return {
    ids: ids.length === new Set(ids).size,
    latest: (await registry.getLatestSchemaId(subject)) === ids[1],
    old: { ...(await registry.decode(written)) },
    new: { ...(await registry.decode(again)) },
  };
}

(async () => {
  const found = {};
  for (const format of Object.keys(formats)) found[format] = await evolve(format);
  const incompatible = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"}]}';
  found.refused = await registry
    .register({ type: SchemaType.AVRO, schema: incompatible }, { subject: 'kafkajs-AVRO' })
    .then(() => null, (error) => error.message.slice(0, 60));
  console.log(JSON.stringify(found));
})();
