import type { HandToml } from "./hand-toml-schema.ts";
import type { HandConfig, PromptConfig, Requirement, SettingForm, SettingOption } from "./types.ts";

type Part<Key extends keyof HandToml> = NonNullable<HandToml[Key]>;

/** The forms of `[settings]`. */
export function buildSettings(settings: Part<"settings">): SettingForm[] {
  return Object.entries(settings).map(([key, form]) => ({
    key,
    label: form.label ?? key,
    description: form.description ?? null,
    type: form.type ?? "text",
    options: (form.options ?? []).map(buildOption),
    env: form.env ?? null,
  }));
}

type OptionToml = NonNullable<Part<"settings">[string]["options"]>[number];

function buildOption(option: OptionToml): SettingOption {
  if (typeof option === "string") return { value: option, label: option, env: null, binary: null };
  const { value, label = value, env = null, binary = null } = option;
  return { value, label, env, binary };
}

/** What `[[requires]]` says. */
export function buildRequirements(requires: Part<"requires">): Requirement[] {
  return requires.map(
    ({ binary = null, env = [], label, description = null, optional = false, install = {} }) => {
      const names = typeof env === "string" ? [env] : env;
      return {
        label: label ?? binary ?? names.join(" or "),
        description,
        binary,
        env: names,
        optional,
        install,
      };
    },
  );
}

/** The headings of `[prompt]`. */
export function buildPrompt(prompt: Part<"prompt">): PromptConfig {
  return {
    parametersHeading: prompt.parameters_heading ?? null,
    knowledgeHeading: prompt.knowledge_heading ?? null,
  };
}

/** What `[dashboard]` shows. */
export function buildDashboard(dashboard: Part<"dashboard">): HandConfig["dashboard"] {
  return {
    metrics: (dashboard.metrics ?? []).map(({ label, memory_key, format = "text" }) => ({
      label,
      memoryKey: memory_key,
      format,
    })),
  };
}
