import { configure } from "cachet";
import { render } from "preact";
import "./theme.css";
import "./shell.css";
import "./elements.css";
import "../inspector/recorder.ts";
import { statusSpinner } from "./activity.ts";
import { Shell } from "./shell.tsx";

configure({ spinner: statusSpinner });
const app = document.getElementById("app");
if (app) render(<Shell />, app);
