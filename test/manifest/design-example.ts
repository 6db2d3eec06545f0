/** The native `HAND.toml` of the design, word for word. */
export const DESIGN_EXAMPLE = `[hand]
name = "oracle"
description = "Bitcoin market intelligence"
enabled = true
version = "1.0.0"
author = "someone"
schedule = "0 7,19 * * *"            # a cron string, or a table:
# schedule = { cron = "...", timezone = "Europe/Berlin", jitter = "30s", overlap = "skip", catch_up = "one", grace = "1h" }
# schedule = { interval = 900 }      # seconds, or "15m"
# schedule = { at = "07:30" }        # every day at that wall time; or an ISO instant, once
trigger = "schedule"                 # schedule | manual | event | webhook

[tools]
required = ["web_fetch"]             # missing at load = the hand is in error, says which, and does not run
optional = ["rss_fetch"]
unattended = []                      # side-effecting tools that may run with no gate; without this they ask

[approval_gates]
post = { action = "broadcast", description = "Post the briefing", auto_approve_after = 300 }
pay  = { action = "send_payment", description = "Pay an invoice", tools = ["pay_*"], when = "args.amount > 100", expires_after = 86400 }

[output]
dashboard = true
channel = "telegram"                 # or a list
format = "markdown"                  # markdown | json | html
file_drop = "data/oracle_briefings/"

[parameters]
lookback_hours = 12

[model]
name = "anthropic/claude-..."        # provider/model; else the project's default
[limits]
timeout = "10m"                      # also max_steps, max_tokens, max_cost_usd, max_cost_usd_per_day, retries
[triggers]
events = ["execution.succeeded:scout"]
[network]
allow = ["api.example.com"]
[mcp.files]
command = ["npx", "-y", "@modelcontextprotocol/server-filesystem", "{workspace}"]
`;
