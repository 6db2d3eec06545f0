/**
 * Remembers what pure functions of a text came to, because many hands fire at the same times and taking a schedule apart is costly. When
 * it is full it forgets everything: a long-lived process stays small, and whoever still uses a value keeps it.
 */
export function createMemory<Value>(mostValues: number): (key: string, make: () => Value) => Value {
  const values = new Map<string, Value>();
  return (key, make) => {
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (values.size >= mostValues) values.clear();
    values.set(key, value);
    return value;
  };
}
