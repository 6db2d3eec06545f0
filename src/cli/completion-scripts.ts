/** Shells that can be taught. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The scripts ask `hands __complete` with the words until the cursor, so that they never fall behind the program. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, { readonly how: string; readonly script: string }>> =
  {
    bash: {
      how: 'Put this into ~/.bashrc: eval "$(hands completion bash)"',
      script: `_hands() {
  local IFS=$'\\n'
  COMPREPLY=($(hands __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _hands hands
`,
    },
    zsh: {
      how: 'Put this into ~/.zshrc, after compinit: eval "$(hands completion zsh)"',
      script: `_hands() {
  local -a candidates
  candidates=(\${(f)"$(hands __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#candidates} )); then compadd -- $candidates; else _files; fi
}
compdef _hands hands
`,
    },
    fish: {
      how: "Write this to ~/.config/fish/completions/hands.fish",
      script: `function __hands_complete
    set -l words (commandline -opc) (commandline -ct)
    hands __complete -- $words[2..-1] 2>/dev/null
end
complete -c hands -f -a '(__hands_complete)'
`,
    },
  };
