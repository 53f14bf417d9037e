import { Button } from "./controls.tsx";

/** What went wrong, where it happened. Messages of cachet end with the way out. */
export function ErrorBox({ error, retry }: { error: unknown; retry?: () => void }) {
  const { name, message } = error instanceof Error ? error : { name: "Thrown", message: String(error) };
  return (
    <div class="error" role="alert">
      <strong>{name}</strong>
      <p>{message}</p>
      {retry && <Button text="Run again" onClick={retry} />}
    </div>
  );
}
