import { Button } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { COMPILER_BYTES, type CompilerState, compiler } from "./compiler.ts";

/** One line that is always there: how far the compiler is loaded, or how long the last text took. */
export function CompilerBar() {
  const state = useObservable(compiler.state);
  const result = useObservable(compiler.result);
  if (state.status === "broken") return <Broken message={state.message} />;
  if (state.status === "loading") return <Loading state={state} />;
  const text =
    result?.type === "compiled"
      ? `Transformed in ${result.milliseconds.toFixed(0)} ms, in a worker.`
      : "The compiler is ready.";
  return (
    <p class="bar muted live-bar" role="status" data-status="ready">
      {text}
    </p>
  );
}

function Loading({ state: { loaded, total } }: { state: Extract<CompilerState, { status: "loading" }> }) {
  const size = megabytes(total ?? COMPILER_BYTES);
  return (
    <p class="bar muted live-bar" data-status="loading">
      <progress
        aria-label="Loading the compiler"
        {...(loaded > 0 && { value: loaded, max: total ?? COMPILER_BYTES })}
      />{" "}
      Loading the compiler: {loaded > 0 && `${megabytes(loaded)} of `}
      {total === undefined && "about "}
      {size}
    </p>
  );
}

function Broken({ message }: { message: string }) {
  return (
    <p class="bar bad live-bar" role="alert" data-status="broken">
      The compiler could not be loaded: {message}. Without a connection there is none.{" "}
      <Button text="Try again" onClick={() => void compiler.load()} />
    </p>
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
