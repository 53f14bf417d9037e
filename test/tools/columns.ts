/** What must hold in every tool: the titles of the matrix's tests, and the heads of its table in docs/tools.md. */
export const COLUMNS = {
  equal: {
    title: "gives the ids and hashes of the others, hits, and leads errors to the source",
    head: "ids, hashes, hits, places",
  },
  free: { title: "transforms nothing where nothing changed", head: "second run free" },
  edit: { title: "sees the edit of a helper two files away, whatever it keeps on disk", head: "far edit" },
  watch: { title: "sees that edit while it watches or serves", head: "… while it watches" },
  wrong: { title: "fails for a wrong mark, at its place", head: "wrong mark" },
} as const;
