import { processServiceManager } from "../../config/notify-socket.ts";
import { errorMessage } from "../../failures/error-reason.ts";
import type { Log } from "../../monitoring/log.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { unixDatagramSender } from "../../runtime/unix-datagram.ts";
import { ServiceNotifier } from "./service-notifier.ts";

/** A notifier for the service manager that started this process, if one did. One that cannot be reached is a warning. */
export async function openServiceNotifier(runtime: Runtime, log: Log): Promise<ServiceNotifier> {
  const manager = processServiceManager();
  if (manager === undefined) return new ServiceNotifier(undefined);
  const { notifySocket, watchdogMilliseconds } = manager;
  const unheard = (reason: string): void =>
    log.warning(
      "service_manager",
      `Cannot tell the service manager at ${notifySocket} (NOTIFY_SOCKET) how the server does: ${reason}. ` +
        `It will take the server for one that does not start; use Type=exec in the unit.`,
    );
  try {
    if (process.platform !== "linux") throw new Error("only Linux has such sockets");
    const sender = unixDatagramSender(await runtime.openLibc(), notifySocket);
    let heard = true;
    const send = (message: string): void => {
      const sent = sender(message);
      // One warning is enough: the watchdog is answered again and again.
      if (!sent && heard) unheard("it takes no message");
      heard = sent;
    };
    return new ServiceNotifier({ send, watchdogMilliseconds });
  } catch (error) {
    unheard(errorMessage(error));
    return new ServiceNotifier(undefined);
  }
}
