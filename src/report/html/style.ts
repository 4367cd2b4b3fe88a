/**
 * The look of all pages: system fonts, one column, light and dark, paper. Text has a contrast of 4.5 at least on
 * what it stands on; states are told by words and patterns, and by colour only besides.
 */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f7f5f0; --sheet: #ffffff; --ink: #1b2430; --soft: #54606d; --line: #d8d3c7; --code: #f3f0e8;
  --water: #0d5c7d; --lane: #a9d3e2; --gate: #f2c14e; --gate-ink: #7a4d00; --stop: #a8231f; --stop-fill: #c8423b;
  --good: #1c6a3b; --good-fill: #4f9d6c; --stripe: rgba(27, 36, 48, .55);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10161c; --sheet: #182028; --ink: #e9edf0; --soft: #a6b3bf; --line: #33414d; --code: #101820;
    --water: #7cc8e4; --lane: #2c6079; --gate: #e0ae3f; --gate-ink: #f2c46b; --stop: #ff9d92; --stop-fill: #d0554d;
    --good: #84d6a1; --good-fill: #3f8a5b; --stripe: rgba(0, 0, 0, .6);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
.page { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header.top { border-top: 6px solid var(--water); padding-top: 1.25rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 2rem; letter-spacing: -.015em; margin: .2rem 0 .5rem; }
h2 { font-size: 1.3rem; letter-spacing: -.01em; margin: 0 0 .8rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: 0 0 .7rem; max-width: 44rem; overflow-wrap: anywhere; }
.kicker, .soft, caption, dt, figcaption { color: var(--soft); }
.kicker { margin: 0; font-size: .875rem; letter-spacing: .02em; }
.lead { font-size: 1.125rem; }
nav { margin: 1.2rem 0 0; font-size: .875rem; display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
a { color: var(--water); text-underline-offset: .15em; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--water); outline-offset: 2px; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; padding: 1.4rem 1.5rem;
  margin-top: 1.25rem; }
section > :last-child { margin-bottom: 0; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: .84em; }
code { overflow-wrap: anywhere; } pre code { font-size: 1em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .85rem;
  margin: .5rem 0 .8rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; tab-size: 2; }
.wide { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; font-size: .875rem; padding-bottom: .4rem; caption-side: top; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
td > code { display: inline-block; min-width: 9rem; }
thead th { font-size: .8125rem; color: var(--soft); font-weight: 600; }
tbody th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1rem 1.5rem; margin: 0; }
dl.facts dt { font-size: .8125rem; }
dl.facts dd { margin: .1rem 0 0; font-size: 1.0625rem; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0 0 .8rem;
  font-size: .9375rem; }
dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
.tag { display: inline-block; font-size: .75rem; font-weight: 700; letter-spacing: .03em; border: 1.5px solid currentColor;
  border-radius: 4px; padding: .02rem .4rem; margin-right: .4rem; white-space: nowrap; }
.stop { color: var(--stop); } .gate { color: var(--gate-ink); } .good { color: var(--good); }
.callout { border-left: 6px solid var(--gate); } .callout.stopping { border-left-color: var(--stop-fill); }
.callout.clear { border-left-color: var(--good-fill); }
ul, ol { margin: 0 0 .8rem; padding-left: 1.3rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
.cards { list-style: none; padding: 0; } .cards > li { border-top: 1px solid var(--line); padding: 1rem 0 .3rem; margin: 0; }
.cards > li:first-child { border-top: 0; padding-top: 0; }
.cards h3 { margin: 0 0 .3rem; }
.cards.split > li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 1.5rem; padding: .9rem 0 .2rem; }
.cards.split h3 { grid-column: 1 / -1; } .cards.split dl.pairs { margin-top: .5rem; }
details { margin: .5rem 0 .8rem; } summary { cursor: pointer; color: var(--water); font-size: .9375rem; }
.excerpt { counter-reset: none; } .excerpt .here { font-weight: 700; } .excerpt .number { color: var(--soft);
  user-select: none; } .caret { color: var(--stop); font-weight: 700; }
.added { color: var(--good); } .removed { color: var(--stop); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.25rem 2.5rem; }
figure { margin: 0 0 1rem; } figure h3 { margin: 0 0 .6rem; } .together { white-space: nowrap; } figcaption { font-size: .875rem; margin-top: .5rem; max-width: 44rem; }
svg { display: block; width: 100%; height: auto; } svg.tall { max-width: 26rem; }
svg text { fill: var(--ink); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
svg .quiet { fill: var(--soft); } svg .small { font-size: 10px; } svg .on-gate { fill: #1b2430; font-weight: 600; } svg .strong { font-weight: 700; font-size: 12px; }
svg .mono { font-family: ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; font-size: 10.5px; }
svg .rule { stroke: var(--line); stroke-width: 1; fill: none; } svg .band { fill: var(--code); }
svg .lane { fill: var(--lane); } svg .gate-bar { fill: var(--gate); } svg .stop-bar { fill: var(--stop-fill); }
svg .stripes { stroke: var(--stripe); stroke-width: 2; } svg .halo { fill: var(--sheet); }
svg .dot { fill: var(--water); } svg .bar { fill: var(--water); } svg .arc { stroke: var(--water); stroke-width: 1.5; fill: none; }
svg .tip { fill: var(--water); } svg .line { stroke: var(--water); stroke-width: 2; fill: none; }
svg .area { fill: var(--lane); opacity: .45; }
footer { margin-top: 2rem; font-size: .875rem; color: var(--soft); overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
@media (max-width: 40rem) {
  .cards.split > li { display: block; }
  .page { padding: 1rem .75rem 2rem; } h1 { font-size: 1.5rem; } section { padding: 1rem .85rem; border-radius: 6px; }
  dl.facts { grid-template-columns: 1fr 1fr; gap: .8rem 1rem; } dl.pairs { grid-template-columns: 1fr; gap: 0; }
  dl.pairs dd { margin-bottom: .45rem; } table { font-size: .875rem; } th, td { padding-right: .6rem; } pre { padding: .6rem; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f4f4f4;
    --water: #0d4d69; --lane: #b9d9e5; --gate: #e9b949; --gate-ink: #6b4300; --stop: #8f1b17; --stop-fill: #b53a33;
    --good: #1c5a34; --good-fill: #4f9d6c; --stripe: rgba(0, 0, 0, .6); }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 16mm 14mm; }
  body { font-size: 10pt; } .page { max-width: none; padding: 0; } nav, .skip { display: none; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .8rem 0; margin-top: .8rem; }
  .callout { border-left: 4px solid var(--gate); padding-left: .8rem; }
  h2, h3, caption { break-after: avoid; } figure, pre, tr, .cards > li { break-inside: avoid; }
  .pictures { grid-template-columns: 1fr 1fr; } .wide { overflow: visible; }
  svg.tall { max-height: 225mm; width: auto; max-width: 100%; }
}
`;
