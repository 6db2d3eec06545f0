import { Dialog } from "../../parts/dialog.tsx";

const keys: readonly (readonly [string, string])[] = [
  ["j", "the next request"],
  ["k", "the one before"],
  ["a", "approve; asks once more where it is dangerous"],
  ["e", "edit the arguments, then approve"],
  ["r", "reject, with a reason"],
  ["?", "this list"],
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys of the inbox" onClose={onClose}>
      <dl className="divide-y divide-line">
        {keys.map(([key, what]) => (
          <div key={key} className="flex items-center gap-4 py-2">
            <dt>
              <kbd className="inline-block min-w-7 rounded-sm border border-line-strong px-2 py-0.5 text-center font-mono">
                {key}
              </kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
