export enum Currency {
  Euro = "EUR",
  Pound = "GBP",
}
