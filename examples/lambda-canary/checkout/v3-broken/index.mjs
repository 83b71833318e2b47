/** A tidied-up version with a bug: an item has a `quantity`, no `count`. An empty order still adds up to 0. */
export async function handler({ items = [] }, context) {
  const total = items.reduce((sum, { price, count }) => sum + price * count, 0);
  return { version: context.functionVersion, total };
}
