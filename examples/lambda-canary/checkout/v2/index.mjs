/** Adds up an order, and now also counts what is in it. */
export async function handler({ items = [] }, context) {
  const total = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return { version: context.functionVersion, total, pieces };
}
