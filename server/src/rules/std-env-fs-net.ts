import { type PlatformCall, platformCalls, reachedFrom } from "./platformCalls.ts";
import type { QuickFix, Rule, Severity } from "./rule.ts";

/** What becomes of a call, and what to do instead. */
interface Fate {
  readonly pattern: RegExp;
  readonly severity: Severity;
  readonly fate: string;
  readonly advice: string;
}

const configuration =
  "Take it from the argument of `init`, at compile time with `env!`, or from the canister's settings with `ic_cdk::api::env_var_value`.";

const fates: readonly Fate[] = [
  {
    pattern: /^(?:std::)?env::(?:set_var|remove_var|vars|vars_os|temp_dir)$/,
    severity: "error",
    fate: "panics in a canister, which has no environment: the message traps",
    advice: configuration,
  },
  {
    pattern: /^(?:std::)?env::(?:var|var_os|args|args_os|current_dir|current_exe|home_dir)$/,
    severity: "error",
    fate: "finds nothing in a canister, which has no process around it",
    advice: configuration,
  },
  {
    pattern:
      /^std::fs::(?:(?:File|OpenOptions|DirBuilder)::\w+|(?!File|OpenOptions|DirBuilder)\w+)$|^(?:fs::)?File::(?:open|create|create_new)$|^fs::(?:read|write|read_to_string|read_dir|remove_file|create_dir|create_dir_all|copy|rename|metadata)$/,
    severity: "error",
    fate: "fails in a canister, which has no files",
    advice: "Keep data in stable memory, or compile it in with `include_bytes!`.",
  },
  {
    pattern:
      /^(?:std::)?net::(?:TcpStream|TcpListener|UdpSocket)::\w+$|^(?:TcpStream|TcpListener|UdpSocket)::(?:connect|bind)$/,
    severity: "error",
    fate: "fails in a canister, which has no sockets",
    advice: "Use an HTTPS outcall of the management canister.",
  },
  {
    pattern: /^(?:std::)?process::(?:exit|abort)$/,
    severity: "error",
    fate: "traps in a canister, with no reason that a caller could read",
    advice: "Use `ic_cdk::trap` with a text, or return an error.",
  },
  {
    pattern: /^(?:std::)?process::(?:Command::new|id)$/,
    severity: "error",
    fate: "cannot work in a canister, which has no processes",
    advice: "Do it in the code of the canister, or before the build in `build.rs`.",
  },
];

/** Something of the operating system is used that a canister does not have. */
export const stdEnvFsNet: Rule = {
  id: "std-env-fs-net",
  severity: "error",
  docs: {
    what: "Environment variables, files, sockets or processes of the operating system are used.",
    why: "A canister has no operating system. Such calls compile for `wasm32-unknown-unknown`; there they panic, or always return an error or nothing.",
    instead:
      "Read settings from the argument of `init`, `env!` or `ic_cdk::api::env_var_value`, keep data in stable memory, and reach the web by HTTPS outcalls.",
  },

  check(canister, report) {
    for (const fate of fates) {
      for (const it of platformCalls(canister, fate.pattern)) {
        report({
          severity: it.isRemote ? "information" : fate.severity,
          confidence: it.isRemote ? "medium" : "high",
          path: it.path,
          range: it.call.pathRange,
          message: `\`${it.call.path}\` ${fate.fate}. ${fate.advice}`,
          related: reachedFrom(it),
          fixes: compileTime(it),
        });
      }
    }
  },
};

/** `std::env::var("KEY").unwrap()` becomes `env!("KEY").to_string()`. */
function compileTime({ call, name, path }: PlatformCall): QuickFix[] {
  const [variable] = call.arguments;
  const [first, ...others] = call.chain;
  if (!name.endsWith("env::var") || variable?.literal === undefined) return [];
  if (first === undefined || others.length > 0 || !/^(unwrap|expect)$/.test(first.name)) return [];
  const edits = [{ path, range: call.whole, newText: `env!("${variable.literal}").to_string()` }];
  return [{ title: `Take \`${variable.literal}\` at compile time`, kind: "review", edits }];
}
