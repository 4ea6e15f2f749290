import { InterfaceTable, type Interfaces } from './interface-table.js';
import {
  RTM_GETADDR,
  RTM_GETLINK,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV6_IFADDR,
  RTMGRP_LINK,
} from './netlink-message.js';
import { RtnetlinkFollower } from './rtnetlink-follower.io.js';

/** Follows the interfaces and addresses of this host (of this network namespace). */
export class InterfaceMonitor {
  readonly #follower: RtnetlinkFollower;
  #table = new InterfaceTable();

  /**
   * @param changed is called with all interfaces once they are known, and after every change
   * @param fatal is told of an exception; it should end the process
   * @throws SystemCallError
   */
  constructor(changed: (interfaces: Interfaces) => void, fatal: (error: unknown) => void) {
    this.#follower = new RtnetlinkFollower({
      groups: RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
      dumps: [RTM_GETLINK, RTM_GETADDR],
      reset: () => {
        this.#table = new InterfaceTable();
      },
      apply: (news) => this.#table.apply(news),
      changed: () => changed(this.#table),
      fatal,
    });
  }

  start(): void {
    this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
  }
}
