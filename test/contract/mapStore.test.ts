/** The store of the simulation keeps the store contract, as the real one does. */
import { emptyPlace, openMapStore } from "../simulation/mapStore/mapStore.ts";
import { describeStore } from "./store.contract.ts";

describeStore("maps", () => {
  const place = emptyPlace();
  return { open: async () => openMapStore(place), discard: async () => {} };
});
