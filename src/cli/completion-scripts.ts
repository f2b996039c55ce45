// The scripts by which shells complete a command line. Each calls `clustercert __complete SHELL WORD...` with the words
// up to the cursor. The first line of its output is `words`, `files` or `folders`; the others are candidates, a tab and
// a description.

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# bash completion of clustercert; see 'clustercert completion --help'
_clustercert() {
  local current=\${COMP_WORDS[COMP_CWORD]} kind candidate
  COMPREPLY=()
  # Of --option=value, bash makes three words.
  [[ $current == = ]] && current=
  {
    IFS= read -r kind || return 0
    # Not mapfile: the bash of macOS is 3.2.
    case $kind in
      files) while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$current") ;;
      folders) while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -d -- "$current") ;;
      *) while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done ;;
    esac
    [[ $kind == words ]] || compopt -o filenames 2>/dev/null
  } < <("\${COMP_WORDS[0]}" __complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  return 0
}
complete -F _clustercert clustercert cce-clustercert
`;

const zsh = `#compdef clustercert cce-clustercert
# zsh completion of clustercert; see 'clustercert completion --help'
_clustercert() {
  local -a lines candidates
  local line
  lines=("\${(@f)$("\${words[1]}" __complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case \${lines[1]} in
    files) [[ $PREFIX == --*=* ]] && compset -P '*='; _files; return ;;
    folders) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/; return ;;
  esac
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -o 'clustercert' candidates
}
if [[ \${funcstack[1]} == _clustercert ]]; then _clustercert "$@"; else compdef _clustercert clustercert cce-clustercert; fi
`;

const fish = `# fish completion of clustercert; see 'clustercert completion --help'
function __clustercert_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete fish $words[2..-1] 2>/dev/null)
    set -l value (string replace -r '^--[^=]*=' '' -- $words[-1])
    # One text, empty or not: of no texts fish would make no candidates.
    set -l before (string match -r '^--[^=]*=' -- $words[-1]; or echo)
    switch "$lines[1]"
        case files
            printf '%s\\n' $before(__fish_complete_path "$value")
        case folders
            printf '%s\\n' $before(__fish_complete_directories "$value")
        case '*'
            test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
    end
end
for name in clustercert cce-clustercert
    complete -c $name -f -a '(__clustercert_complete)'
end
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
