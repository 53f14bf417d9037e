import { rateOf } from "@shop/rates";
import { round } from "@/money";
import { Currency, type Product, products } from "./catalogue";
import settings from "./data/settings.json";
import { legacyDiscount } from "./legacy.js";
import { format } from "pretty-money";

/** The price of a product in a currency. */
export function priceOf(id: string, currency: Currency = Currency.Euro): string {
  const product: Product | undefined = products.find((one) => one.id === id);
  const price = (product?.price ?? 0) * rateOf(currency) * (1 - legacyDiscount(settings.level));
  return format(round(price), process.env.SHOP_LOCALE);
}

/** Reaches nothing of the others. */
export function shout(text: string): string {
  return text.toUpperCase();
}
