// Wafers as a beam test writes them: a line `WAFERS 48`, then one line a wafer with `cell:charge` of the cells hit.
export default ({ dataset }) => ({
  kind: 'reader',
  name: 'hit-list',
  recognises: (start) => Buffer.from(start).toString('latin1').startsWith('WAFERS 48'),
  async *read(path, options, chunks) {
    let text = '';
    for await (const chunk of chunks) {
      text += Buffer.from(chunk).toString('latin1');
      const end = text.lastIndexOf('\n') + 1;
      yield wafersOf(text.slice(0, end));
      text = text.slice(end);
    }
    yield wafersOf(text);

    function wafersOf(lines) {
      const rows = lines.split('\n').filter((line) => line !== '' && !line.startsWith('WAFERS'));
      const charges = new Uint32Array(48 * rows.length);
      rows.forEach((row, i) => {
        for (const hit of row.trim().split(/\s+/)) {
          const [cell, charge] = hit.split(':').map(Number);
          if (!(cell >= 0 && cell < 48 && charge >= 0)) throw new Error(`${path}: "${hit}" is no cell:charge`);
          charges[48 * i + cell] = charge;
        }
      });
      return dataset.wafers(charges);
    }
  },
});
