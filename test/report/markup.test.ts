import { describe, expect, it } from 'vitest';
import { html, Markup } from '../../src/report/markup.js';

describe('html template', () => {
  it('escapes what is not markup', () => {
    const name = '<script>alert("x & y")</script>';
    expect(html`<td title="${name}">${name}</td>`.text).toBe(
      '<td title="&lt;script&gt;alert(&quot;x &amp; y&quot;)&lt;/script&gt;">' +
        '&lt;script&gt;alert(&quot;x &amp; y&quot;)&lt;/script&gt;</td>',
    );
    expect(html`<a title='${"it's"}'>`.text).toBe("<a title='it&#39;s'>");
  });

  it('lets markup pass, joins lists, leaves out what is missing, keeps zero', () => {
    expect(
      html`<p>${new Markup('<b>bold</b>')}${[html`<i>${1}</i>`, '<']}${undefined}${false}${0}</p>`.text,
    ).toBe('<p><b>bold</b><i>1</i>&lt;0</p>');
  });

  it('shows control characters instead of passing them on', () => {
    expect(html`${'a\u0000b\u001b[31mc\td\ne'}`.text).toBe('a\ufffdb\ufffd[31mc\td\ne');
  });
});
