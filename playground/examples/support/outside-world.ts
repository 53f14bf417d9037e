/** Something outside the program that is different whenever it is looked at: a market, a news site. */
export class OutsideWorld {
  #version = 0;

  look(): number {
    this.#version++;
    return this.#version;
  }
}
