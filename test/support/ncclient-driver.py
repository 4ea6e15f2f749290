"""Lets a test drive ncclient: one JSON request a line on stdin, one JSON answer a line on stdout.

A request is {"call": NAME, ...arguments}; an answer is {"ok": VALUE} or {"error": {...}}, where an
rpc-error keeps its fields. Everything goes through ncclient's own operations, as an operator's
script would.
"""

import json
import sys

from ncclient import manager
from ncclient.operations.rpc import RPCError
from ncclient.transport import ssh
from ncclient.xml_ import to_ele

# How often ncclient looks whether there is something to send, in seconds. Left at 0.1 each call waits that long.
ssh.TICK = 0.005

manager_of = {}


def rpc_error(error):
    return {
        "type": error.type,
        "tag": error.tag,
        "severity": error.severity,
        "appTag": error.app_tag,
        "path": error.path,
        "message": error.message,
        "info": error.info,
    }


def connect(name, host, port, user, password=None, key=None):
    session = manager.connect(
        host=host,
        port=port,
        username=user,
        password=password,
        key_filename=key,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        timeout=30,
    )
    manager_of[name] = session
    return {"sessionId": session.session_id, "capabilities": list(session.server_capabilities)}


def filter_of(request):
    if "subtree" in request:
        return ("subtree", request["subtree"])
    if "xpath" in request:
        return ("xpath", (request.get("namespaces", {}), request["xpath"]))
    return None


def call(request):
    verb = request["call"]
    name = request.get("session", "default")
    if verb == "connect":
        return connect(name, request["host"], request["port"], request["user"], request.get("password"), request.get("key"))
    session = manager_of[name]
    if verb == "get":
        return session.get(filter=filter_of(request), with_defaults=request.get("with_defaults")).data_xml
    if verb == "get-config":
        return session.get_config(
            source=request["source"], filter=filter_of(request), with_defaults=request.get("with_defaults")
        ).data_xml
    if verb == "edit-config":
        options = {
            option: request[option]
            for option in ("default_operation", "test_option", "error_option")
            if option in request
        }
        session.edit_config(target=request.get("target", "candidate"), config=request["config"], **options)
    elif verb == "copy-config":
        session.copy_config(source=request["source"], target=request["target"])
    elif verb == "delete-config":
        session.delete_config(target=request["target"])
    elif verb in ("lock", "unlock"):
        getattr(session, verb)(target=request["target"])
    elif verb == "validate":
        session.validate(source=request.get("source", "candidate"))
    elif verb == "commit":
        options = {
            option: request[option] for option in ("confirmed", "timeout", "persist", "persist_id") if option in request
        }
        session.commit(**options)
    elif verb == "cancel-commit":
        session.cancel_commit(persist_id=request.get("persist_id"))
    elif verb == "discard-changes":
        session.discard_changes()
    elif verb == "kill-session":
        session.kill_session(session_id=request["id"])
    elif verb == "get-schema":
        return session.get_schema(request["identifier"], version=request.get("version")).data
    elif verb == "create-subscription":
        options = {
            option: request[option]
            for option in ("stream_name", "start_time", "stop_time")
            if option in request
        }
        session.create_subscription(filter=filter_of(request), **options)
    elif verb == "take-notification":
        notification = session.take_notification(timeout=request.get("timeout", 10))
        return None if notification is None else notification.notification_xml
    elif verb == "dispatch":
        return session.dispatch(to_ele(request["rpc"])).xml
    elif verb == "close":
        manager_of.pop(name).close_session()
    else:
        raise ValueError(f"no such call: {verb}")
    return None


def main():
    for line in sys.stdin:
        try:
            answer = {"ok": call(json.loads(line))}
        except RPCError as error:
            errors = [rpc_error(each) for each in (getattr(error, "errlist", None) or [error])]
            answer = {"error": {"kind": "rpc-error", **errors[0], "errors": errors}}
        except Exception as error:  # the test wants to see whatever ncclient says
            answer = {"error": {"kind": type(error).__name__, "message": str(error)}}
        print(json.dumps(answer), flush=True)


main()
