const STYLE = `
a {
  position: fixed;
  inset: auto 12px 12px auto;
  z-index: 2147483646;
  padding: 4px 10px;
  border: 1px solid light-dark(#566074, #a2abba);
  border-radius: 999px;
  background: light-dark(#ffffff, #1c2027);
  color: light-dark(#1b2130, #e6e9ef);
  color-scheme: light dark;
  font: 13px/1.4 system-ui, sans-serif;
  text-decoration: none;
}
a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid light-dark(#2459c4, #8fb4ff); outline-offset: 2px; }
@media print { a { display: none; } }
`;

/** A small link to the panel in a corner of the page. Neither the page's styles nor its policy for them reach it. */
export function showPanelLink(address: string): void {
  const host = document.createElement("cachet-panel-link");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const link = document.createElement("a");
  link.href = `${address}#page`;
  link.target = "cachet-panel";
  link.textContent = "cachet";
  link.title = "The caches of this page and its server, in another tab";
  root.append(link);
  // Not in the body, which frameworks hydrate or replace.
  document.documentElement.append(host);
}
