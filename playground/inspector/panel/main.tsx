import { render } from "preact";
import "../../app/theme.css";
import "./panel.css";
import { connect, type PanelConfig, type Side } from "./remote-source.ts";

/** The inspector over an app: the caches of its server, or of its open pages. */
const config: PanelConfig = JSON.parse(document.getElementById("config")?.textContent ?? "{}");
const side: Side = config.pages && location.hash === "#page" ? "page" : "server";

await connect(config, side);
// It looks at what is there as soon as it is loaded.
const { Inspector } = await import("../inspector.tsx");
const root = document.getElementById("panel");
if (root) render(<Panel />, root);
addEventListener("hashchange", () => location.reload());

function Panel() {
  return (
    <>
      <header class="panel-head">
        <h1>cachet</h1>
        {config.pages && (
          <nav aria-label="Caches of">
            <a href="#server" aria-current={side === "server" ? "page" : undefined}>
              Server
            </a>
            <a href="#page" aria-current={side === "page" ? "page" : undefined}>
              Page
            </a>
          </nav>
        )}
      </header>
      <Inspector followsEdits={config.facts} />
    </>
  );
}
