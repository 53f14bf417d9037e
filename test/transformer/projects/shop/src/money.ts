const CENTS = 100;

export const round = (amount: number): number => Math.round(amount * CENTS) / CENTS;

export const unused = "nobody reads this";
