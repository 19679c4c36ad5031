// Writes and reads messages with avro-schema-registry, before and after a change.
const registry = require('avro-schema-registry')(process.env.DOVETAIL_TEST_URL);

const old = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }] };
const evolved = {
  ...old,
  fields: [...old.fields, { name: 'note', type: 'string', default: 'none' }],
};

(async () => {
  const key = await registry.encodeKey('orders', 'string', 'k1');
  const first = await registry.encodeMessage('orders', old, { id: 1 });
  const second = await registry.encodeMessage('orders', evolved, { id: 2, note: 'hi' });
  const byId = await registry.encodeById(first.readInt32BE(1), { id: 3 });
  const byTopic = await registry.encodeMessageByTopicName('orders-value', { id: 4, note: 'ho' });
  console.log(
    JSON.stringify({
      key: await registry.decode(key),
      values: [first, second, byId, byTopic].length,
      first: await registry.decode(first),
      second: await registry.decode(second),
      byId: await registry.decode(byId),
      byTopic: await registry.decode(byTopic),
    }),
  );
})();
