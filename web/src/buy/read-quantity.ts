/** Reads a typed quantity: a whole number from 1 to `most`, else undefined. */
export function readQuantity(typed: string, most: number): number | undefined {
  if (!/^\d{1,7}$/.test(typed.trim())) return undefined;
  const units = Number(typed);
  return units >= 1 && units <= most ? units : undefined;
}
