import { useEffect, useState } from "preact/hooks";
import { describeResult, type Example, play, type Step } from "../examples/support/example.ts";
import { Beside } from "./beside.tsx";
import { ErrorBox } from "./error-box.tsx";
import { runs } from "./script/session.ts";
import { StatusLine } from "./status-line.tsx";

interface Played {
  status: "running" | "done" | "failed";
  steps: readonly Step[];
  error?: unknown;
}

/** A worked example: its calls as they went, and its code. */
export function ExampleView({ example }: { example: Example }) {
  const [played, setPlayed] = useState<Played>({ status: "running", steps: [] });
  const start = () => {
    setPlayed({ status: "running", steps: played.steps });
    runs.request(async () => setPlayed(await playToEnd(example)));
  };
  useEffect(() => {
    document.title = `${example.title} – cachet playground`;
    start();
  }, [example]);
  const { status, steps, error } = played;
  const misses = steps.filter(({ runs }) => runs.length > 0).length;
  return (
    <Beside files={[`examples/${example.file}`]}>
      <section class="example" aria-label="Example" aria-busy={status === "running"} data-status={status}>
        <StatusLine
          isBusy={status === "running"}
          text={status === "done" ? `${steps.length} steps – ${misses} ran, ${steps.length - misses} did not` : ""}
        />
        <h1>{example.title}</h1>
        <p>{example.description}</p>
        <button type="button" onClick={start} disabled={status === "running"}>
          Run again, from an empty cache
        </button>
        <ol class="steps">
          {steps.map((step, i) => (
            <StepView key={i} step={step} />
          ))}
        </ol>
        {status === "failed" && <ErrorBox error={error} />}
      </section>
    </Beside>
  );
}

function StepView({ step: { call, runs: ran, result, milliseconds } }: { step: Step }) {
  return (
    <li class="step" data-ran={ran.length > 0}>
      <code class="call">{call}</code>
      <span class="outcome">
        {ran.length > 0 ? `ran ${ran.join(", ")}` : "nothing ran"} · {milliseconds.toFixed(1)} ms
      </span>
      <code class="value">{describeResult(result)}</code>
    </li>
  );
}

async function playToEnd(example: Example): Promise<Played> {
  try {
    return { status: "done", steps: await play(example) };
  } catch (error) {
    return { status: "failed", steps: [], error };
  }
}
