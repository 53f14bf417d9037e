/** What went wrong, where it happened. Messages of cachet end with the way out. */
export function ErrorBox({ error, retry }: { error: unknown; retry?: () => void }) {
  const { name, message } = error instanceof Error ? error : { name: "Thrown", message: String(error) };
  return (
    <div class="error" role="alert">
      <strong>{name}</strong>
      <p>{message}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Run again
        </button>
      )}
    </div>
  );
}
