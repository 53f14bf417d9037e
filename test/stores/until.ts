/** Waits until something holds; the machine may be busy with something else. */
export async function until(isSo: () => boolean | Promise<boolean>, longest = 30_000): Promise<void> {
  const end = performance.now() + longest;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
