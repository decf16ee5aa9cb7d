// node run.mjs node|web MODEL.onnx FEEDS.json: runs the model and prints its outputs as JSON.
// FEEDS.json: {"name": {"type": "float32" | "int64", "dims": […], "data": […]}, …}
import { readFile } from 'node:fs/promises';

const [, , flavour, model, feedsFile] = process.argv;
const ort = await import(`onnxruntime-${flavour}`);
const session = await ort.InferenceSession.create(model);
const feeds = JSON.parse(await readFile(feedsFile, 'utf8'));
const arrays = { float32: (d) => Float32Array.from(d), int64: (d) => BigInt64Array.from(d, BigInt) };
const inputs = Object.fromEntries(
  Object.entries(feeds).map(([name, t]) => [name, new ort.Tensor(t.type, arrays[t.type](t.data), t.dims)]));
const outputs = await session.run(inputs);
const plain = Object.entries(outputs).map(([name, t]) => [name, { dims: [...t.dims], data: Array.from(t.data, Number) }]);
process.stdout.write(JSON.stringify(Object.fromEntries(plain)), () => process.exit(0));
