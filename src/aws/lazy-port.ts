type Asynchronous<Port> = { readonly [Name in keyof Port]: (...values: never[]) => Promise<unknown> };

/**
 * A port whose adapter is loaded by the first call: a function that starts cold does not pay for services it never
 * speaks to. A load that fails is tried again by the next call.
 */
export function lazyPort<Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port {
  let loading: Promise<Port> | undefined;
  const loaded = () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return new Proxy({} as Port, {
    get:
      (_, name) =>
      async (...values: never[]) =>
        (await loaded())[name as keyof Port](...values),
  });
}
