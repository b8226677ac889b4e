import { chargeRules, themeVariables } from './palette.js';

/** The style sheet: system fonts, two themes for the screen, the light one on paper. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#59626d;--line:#d5dae0;--faint:#f4f6f8;--good:#00693e;--bad:#b3210f;--unknown:#7a5400;--none:#e9ecef;--box:#f7f9fb;--clocked:#e3eef8;${themeVariables('light')};
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e3e7ec;--soft:#9aa5b1;--line:#343c46;--faint:#1c222a;--good:#5fcf97;--bad:#ff8a78;--unknown:#e5b455;--none:#20262e;--box:#1c222a;--clocked:#1d3348;${themeVariables('dark')}}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:15px/1.5 var(--sans);-webkit-text-size-adjust:100%}
body{max-width:1180px;margin:0 auto;padding:32px 28px 56px}
h1{font-size:27px;line-height:1.2;font-weight:600;letter-spacing:-.01em;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:19px;font-weight:600;line-height:1.3;margin:44px 0 10px;padding-top:10px;border-top:2px solid var(--ink)}
h3{font-size:15px;font-weight:600;margin:22px 0 6px}
p{margin:6px 0 10px;max-width:75ch}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:3px}
header .by{color:var(--soft);margin:0 0 18px}
.overall{display:block;max-width:none;border-left:6px solid;padding:8px 14px;font-size:18px;font-weight:600;background:var(--faint);margin:14px 0 18px}
.good{color:var(--good)}.bad{color:var(--bad)}.unknown{color:var(--unknown)}
td.good,td.bad,td.unknown{font-weight:600;white-space:nowrap}
nav{margin:14px 0 0;font-size:14px;color:var(--soft)}
nav a{margin-right:15px;white-space:nowrap}
.soft,figcaption{color:var(--soft);font-size:13px}
.missing{color:var(--unknown);border-left:3px solid var(--unknown);padding-left:12px}
.scroll{overflow-x:auto;margin:10px 0 18px}
table{border-collapse:collapse;font-size:14px;line-height:1.4;font-variant-numeric:tabular-nums;min-width:min(100%,420px)}
.top{display:flex;flex-wrap:wrap;gap:0 64px;align-items:flex-start}.top .scroll{min-width:0}.top table{min-width:0}
caption{text-align:left;font-weight:600;padding:0 0 6px;caption-side:top}
th,td{padding:5px 14px 5px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:4px}
thead th{font-weight:500;color:var(--soft);font-size:13px;vertical-align:bottom;border-bottom:1.5px solid var(--ink)}
tbody th{font-weight:400}
.n{text-align:right}
td.n,tbody th.n{white-space:nowrap}
.strong{font-weight:650}
.code{font-family:var(--mono);font-size:12.5px;overflow-wrap:anywhere}
td.code{color:var(--soft)}
.unit{color:var(--soft);font-weight:400;white-space:nowrap}
.unit::before{content:"["}.unit::after{content:"]"}
tr.total th,tr.total td{border-top:1.5px solid var(--ink);border-bottom:0;font-weight:600}
tbody tr:hover{background:var(--faint)}
figure{margin:12px 0 20px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:8px 28px;align-items:start}
.figures figure{margin:8px 0}.figures table{min-width:min(100%,300px);font-size:13px}.figures .scroll{margin:4px 0 8px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(470px,1fr));gap:8px 40px;align-items:start}
svg{max-width:100%;height:auto;font-family:var(--sans);fill:currentColor}
.plot{display:block;font-size:11px;overflow:visible}
.plot text{white-space:pre}
.plot [aria-label$="label"]{fill:currentColor}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:4px 0;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;gap:7px}
.wafers{display:grid;grid-template-columns:repeat(auto-fit,minmax(470px,1fr));gap:26px 44px;margin-top:14px}
.wafers figure{margin:0}
.wafers .maps{display:grid;grid-template-columns:1fr 1fr;gap:18px;margin:6px 0}
.wafers .maps div{text-align:center;font-size:13px;color:var(--soft)}
.wafers h3{margin:0}
.wafer{width:100%;max-width:230px}
.wafer polygon{stroke:var(--paper);stroke-width:2}
.q-none{fill:var(--none)}${chargeRules}
.scale{font-size:11px;display:block}
.diagram{display:block;font-size:12px}
.diagram text{text-anchor:middle}
.diagram rect{fill:var(--box);stroke:var(--soft);stroke-width:1}
.diagram .clocked rect{fill:var(--clocked);stroke:var(--s0);stroke-width:1.5}
.diagram .side rect{stroke-dasharray:4 3}
.diagram .name{font-weight:600;font-size:12.5px}
.diagram .instance{font-family:var(--mono);font-size:9.5px;fill:var(--soft)}
.diagram .latency,.diagram .time,.diagram .bits{font-size:11px;font-variant-numeric:tabular-nums}
.diagram .time,.diagram .bits{font-size:10.5px}
.diagram .time{fill:var(--soft)}
.diagram .end{font-weight:600;font-size:11.5px}
.diagram .wire{fill:none;stroke:var(--ink);stroke-width:1.5}
.diagram .tip{fill:var(--ink)}
.diagram .wire.quiet{stroke:var(--soft);stroke-width:1.2}
.diagram .tip.quiet{fill:var(--soft)}
pre{font:12.5px/1.5 var(--mono);background:var(--faint);border-left:3px solid var(--bad);padding:10px 14px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:44px;padding-top:10px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
@media (max-width:640px){body{padding:20px 14px}.wafers,.pair{grid-template-columns:1fr}.figures{grid-template-columns:1fr}}
@page{margin:14mm 12mm}
@media print{html{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}body{max-width:none;padding:0}nav{display:none}h2{break-after:avoid;margin-top:26px}h3,caption{break-after:avoid}tr,figure,pre{break-inside:avoid}.scroll{overflow:visible}.diagram{min-width:0!important;width:100%}thead{display:table-header-group}table{font-size:9pt}.code{font-size:8pt}.wafers,.pair{grid-template-columns:1fr 1fr;column-gap:24px}.figures{grid-template-columns:repeat(3,1fr);column-gap:18px}.legend,figcaption,.figures table,thead th{font-size:8.5pt}.figures th,.figures td{padding-right:8px}.unit{white-space:normal}a{text-decoration:none}}
`;
