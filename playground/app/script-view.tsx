import { useEffect, useState } from "preact/hooks";
import { Beside } from "./beside.tsx";
import type { PageEntry } from "./catalog.ts";
import { ErrorBox } from "./error-box.tsx";
import { ScriptPage } from "./script/script-page.tsx";
import { Session } from "./script/session.ts";

/** Values of widgets outlive a look at another page, and an edit of the script. */
const sessions = new Map<string, Session>();

/** A script page and its code. */
export function ScriptView({ entry }: { entry: PageEntry }) {
  const [opened, setOpened] = useState<{ session?: Session; error?: unknown }>(() => {
    const session = sessions.get(entry.id);
    return session ? { session } : {};
  });
  useEffect(() => {
    document.title = `${entry.title} – cachet playground`;
    openSession(entry).then(
      (session) => setOpened({ session }),
      (error: unknown) => setOpened({ error }),
    );
  }, [entry]);
  return (
    <Beside files={entry.files}>
      {opened.session && <ScriptPage session={opened.session} />}
      {opened.error !== undefined && <ErrorBox error={opened.error} />}
    </Beside>
  );
}

async function openSession(entry: PageEntry): Promise<Session> {
  const page = await entry.load();
  const known = sessions.get(entry.id);
  const session = known ?? new Session(page);
  sessions.set(entry.id, session);
  if (known && known.page !== page) {
    known.page = page;
    known.rerun();
  }
  return session;
}
