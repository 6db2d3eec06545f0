import type { ModelProviderSettings, ModelSettings } from "../models/index.ts";

/**
 * The settings with another model chosen. The address and the key beside a name belong to that name's provider: under a model of another
 * one they become that provider's own, so that no key is sent where it does not belong.
 */
export function chooseModel(settings: ModelSettings, chosen: string | null): ModelSettings {
  if (chosen === null) return settings;
  const before = settings.name === null ? "openai-compatible" : readProvider(settings.name);
  if (readProvider(chosen) === before) return { ...settings, name: chosen };
  const own = settings.providers?.[before];
  const kept: ModelProviderSettings = {
    ...own,
    baseUrl: own?.baseUrl ?? settings.baseUrl,
    apiKey: own?.apiKey ?? settings.apiKey,
  };
  const isEmpty = kept.baseUrl === null && kept.apiKey === null;
  const providers = isEmpty ? settings.providers : { ...settings.providers, [before]: kept };
  return {
    name: chosen,
    baseUrl: null,
    apiKey: null,
    ...(providers === undefined ? {} : { providers }),
    ...(settings.fallback === undefined ? {} : { fallback: settings.fallback }),
  };
}

function readProvider(name: string): string {
  const slash = name.indexOf("/");
  return slash <= 0 ? name : name.slice(0, slash);
}
