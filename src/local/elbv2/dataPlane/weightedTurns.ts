/**
 * Whose turn it is among several with weights: smooth weighted round robin, nginx's algorithm. Shares are exact over each
 * run of as many turns as the weights sum up to, and the turns of each are spread as evenly as can be.
 */
export function weightedTurns<Item>(items: { item: Item; weight: number }[]): () => Item | undefined {
  const credits = items.filter(({ weight }) => weight > 0).map((entry) => ({ ...entry, credit: 0 }));
  const total = credits.reduce((sum, { weight }) => sum + weight, 0);
  if (credits.length <= 1) return () => credits[0]?.item;
  return () => {
    let best: (typeof credits)[number] | undefined;
    for (const entry of credits) {
      entry.credit += entry.weight;
      if (best === undefined || entry.credit > best.credit) best = entry;
    }
    if (best) best.credit -= total;
    return best?.item;
  };
}

/** The same by chance, as AWS chooses: shares are right only over very many turns. */
export function weightedChance<Item>(
  items: { item: Item; weight: number }[],
  fraction: () => number,
): () => Item | undefined {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let rest = fraction() * total;
    for (const { item, weight } of items) {
      if (rest < weight) return item;
      rest -= weight;
    }
    return undefined;
  };
}
