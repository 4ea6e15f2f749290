/** Numbers of the Linux system call interface (generic ABI: x86-64, arm64, riscv64) that the agent uses. */

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;

export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;

export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_PRIORITY = 12;
export const SO_BINDTODEVICE = 25;
export const SO_ATTACH_FILTER = 26;
export const SO_REUSEPORT = 15;
export const SO_ATTACH_REUSEPORT_CBPF = 51;
export const SO_RXQ_OVFL = 40;
export const SO_MEMINFO = 55;

export const IPPROTO_IP = 0;
export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_PKTINFO = 8;
export const IP_RECVTTL = 12;

export const IPPROTO_IPV6 = 41;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;
export const IPV6_PKTINFO = 50;
export const IPV6_RECVHOPLIMIT = 51;
export const IPV6_HOPLIMIT = 52;
export const IPV6_TCLASS = 67;

/** Whole packets, headers included. */
export const IPPROTO_RAW = 255;

/** The first of the three bands of a queue that has bands; beyond it privileges are needed. */
export const TC_PRIO_INTERACTIVE = 6;

/** packet(7). */
export const SOL_PACKET = 263;
export const PACKET_STATISTICS = 6;
export const PACKET_IGNORE_OUTGOING = 23;
/** For this host, by its link-layer address. */
export const PACKET_HOST = 0;

export const ETH_P_IP = 0x0800;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_MPLS_UC = 0x8847;

/** Past the routes, to a neighbour. */
export const MSG_DONTROUTE = 0x4;
export const MSG_DONTWAIT = 0x40;

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 1;
export const EPOLL_CLOEXEC = 0x80000;

export const CLOCK_MONOTONIC = 1;
export const TFD_NONBLOCK = 0x800;
export const TFD_CLOEXEC = 0x80000;

export const PROT_READ_WRITE = 3;
export const MAP_PRIVATE_ANONYMOUS = 0x22;

export const SCHED_RR = 2;

export const F_SETFD = 2;

/** prctl(2), capabilities(7). */
export const PR_CAPBSET_DROP = 24;
export const PR_SET_NO_NEW_PRIVS = 38;
export const PR_CAP_AMBIENT = 47;
export const PR_CAP_AMBIENT_RAISE = 2;
export const PR_CAP_AMBIENT_CLEAR_ALL = 4;
/** _LINUX_CAPABILITY_VERSION_3. */
export const CAPABILITY_VERSION = 0x2008_0522;
export const CAP_NET_RAW = 13;

export const NETLINK_ROUTE = 0;

/** Errors that are answered, not only reported. */
export const EINTR = 4;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EAFNOSUPPORT = 97;
export const EADDRINUSE = 98;
export const ENETDOWN = 100;
export const ENOBUFS = 105;
