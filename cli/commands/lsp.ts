import { serve } from "../../editor/lsp.ts";
import { type Command, ExitCode } from "../command.ts";
import { headCommit, readHeadAside } from "../diff/head.ts";

const lsp: Command = {
  usage: "lsp [--stdio]",
  help: `The language server for marks, on standard input and output: diagnostics at each keystroke, completion of tags, options
and values, colours, what a hash covers, which functions are cold since the newest commit, and definition, references and
rename of the names inside marks. It runs beside the editor's own TypeScript server, of any version; where that loads
cachet/language-service, this one isn't needed.

      --stdio  how it talks; there is no other way

Ends with its client.`,
  // VS Code's client adds the process after which the server ends, and `vscode-languageserver` reads it.
  options: { stdio: { type: "boolean" }, clientProcessId: { type: "string" } },
  takes: { least: 0, most: 0 },
  run() {
    serve({ commit: headCommit, read: readHeadAside });
    return ExitCode.ok;
  },
};

export default lsp;
