/** The files of a hands folder with one hand that came from elsewhere, as `hands install` leaves them. */
export const INSTALLED_ORACLE = {
  oracle: {
    "HAND.toml": `[hand]
name = "oracle"
description = "Foretells"
trigger = "manual"
[tools]
required = ["web_fetch"]
[network]
allow = ["api.example.com"]
`,
    "hand.ts": 'export default () => "rain";\n',
  },
  ".": {
    "installed.json": JSON.stringify({
      version: 1,
      hands: [
        {
          folder: "oracle",
          source: "https://git.example.com/ann/oracle.git",
          commit: "1234567890abcdef1234567890abcdef12345678",
          hash: "0".repeat(64),
          installedAt: "2026-11-20T09:00:00.000Z",
          installedBy: "ann",
          trusted: null,
        },
      ],
    }),
  },
} as const;
