import { defineTool } from "hands";
import { z } from "zod";

/** Sends a post to the site. The key lets the site see that a repeated attempt is the same post. */
export default defineTool({
  name: "publish_post",
  description: "Publishes a post on the blog, once its owner approved the text.",
  effect: "destructive",
  input: z.strictObject({
    title: z.string().min(1).max(120),
    body: z.string().min(1).max(20_000).describe("Markdown, without the title."),
    tags: z.array(z.string().regex(/^[a-z0-9-]{1,30}$/)).max(5),
  }),
  async execute(post, { parameters, secrets, fetch, idempotencyKey }) {
    const token = secrets["PUBLISH_TOKEN"];
    if (token === undefined) throw new Error("PUBLISH_TOKEN has no value: set it in [secrets] of hands.toml");
    const response = await fetch(String(parameters["publish_url"]), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "idempotency-key": idempotencyKey,
      },
      body: JSON.stringify(post),
    });
    if (!response.ok) throw new Error(`the site answered with status ${response.status}`);
    const { url } = answer.parse(await response.json());
    return { url };
  },
});

const answer = z.object({ url: z.url() });
