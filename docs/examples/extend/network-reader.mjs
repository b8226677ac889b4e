// A network in a file of one's own: here tensors in JSON behind a first line, as a framework of one's own may write them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default ({ exchange }) => ({
  kind: 'network-reader',
  name: 'my-net',
  recognises: (path) => path.endsWith('.mynet'),
  async read(path, part) {
    const [, ...json] = readFileSync(path, 'utf8').split('\n');
    const file = join(tmpdir(), `my-net-${process.pid}.json`);
    writeFileSync(file, json.join('\n'));
    try {
      return await exchange.readNetwork(file, part);
    } finally {
      rmSync(file);
    }
  },
});
