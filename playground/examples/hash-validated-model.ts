import { z } from "zod";
import type { Show } from "./support/example.ts";

const personSchema = z.object({ name: z.string().trim().min(1), age: z.coerce.number().int().min(0) });

/** A person that cannot be wrong: whatever comes in is checked and normalised first. */
export class Person {
  readonly fields: z.infer<typeof personSchema>;

  constructor(input: unknown) {
    this.fields = personSchema.parse(input);
  }
}

/**
 * The checked fields stand for the person. The class itself is given, not its name: no other `Person` can be meant.
 * @cacheData({ hashFuncs: [[Person, (person) => person.fields]] })
 */
export function greet(person: Person): string {
  return `Hello ${person.fields.name}, ${person.fields.age}`;
}

export async function run(show: Show): Promise<void> {
  const greeting = (input: unknown) =>
    show(`greet(new Person(${JSON.stringify(input)}))`, () => greet(new Person(input)));
  await greeting({ name: "Ada", age: 36 });
  await greeting({ age: "36", name: " Ada " });
  await greeting({ name: "Ada", age: 37 });
}
