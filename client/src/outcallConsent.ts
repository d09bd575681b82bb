import { window } from "vscode";
import type { OutcallQuestion } from "../../server/src/protocol/network.ts";

type Answer = "allow" | "refuse";

/**
 * Asks before a canister's HTTPS outcall is made from this machine. Consent is given for a server, once or until the
 * window is closed; it is never written down, so that no workspace can bring its own.
 */
export class OutcallConsent {
  readonly #decided = new Map<string, Answer>();
  readonly #asking = new Map<string, Promise<boolean>>();

  /** The user's answer; a question about a server that is being asked for waits for that answer. */
  mayRequest(question: OutcallQuestion): Promise<boolean> {
    const decided = this.#decided.get(question.host);
    if (decided !== undefined) return Promise.resolve(decided === "allow");
    const asking = this.#asking.get(question.host);
    if (asking !== undefined) return asking;
    const answer = this.#ask(question).finally(() => this.#asking.delete(question.host));
    this.#asking.set(question.host, answer);
    return answer;
  }

  async #ask({ canister, name, method, url, host }: OutcallQuestion): Promise<boolean> {
    const allowOnce = { title: "Allow Once" };
    const allow = { title: "Allow in This Session" };
    const refuse = { title: "Refuse in This Session" };
    const refuseOnce = { title: "Refuse Once", isCloseAffordance: true };
    const why = "On the Internet Computer its nodes would send it. Refused, the canister gets a reject and goes on.";
    const chosen = await window.showWarningMessage(
      `The canister ${name ?? canister} wants to send a request to ${host} from this machine.`,
      { modal: true, detail: `${method} ${url.slice(0, 500)}\n\n${why}` },
      allowOnce,
      allow,
      refuse,
      refuseOnce,
    );
    if (chosen === allow) this.#decided.set(host, "allow");
    if (chosen === refuse) this.#decided.set(host, "refuse");
    return chosen === allow || chosen === allowOnce;
  }
}
