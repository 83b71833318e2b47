"""The Python runtime: asks the Runtime API for invocations and hands them to the function's handler."""

import datetime
import http.client
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
BASE = "/2018-06-01/runtime"

# One pipe for both streams keeps their lines in order, those of child processes included.
os.dup2(1, 2)
sys.stdout.reconfigure(line_buffering=True)


def end_alone():
    """Without the server there is nobody to answer to: this process ends, and all that it has started."""
    try:
        os.killpg(os.getpid(), signal.SIGKILL)
    finally:
        os._exit(1)


def watch_server():
    try:
        connection = http.client.HTTPConnection(API)
        connection.request("GET", "/signalbox/alive")
        connection.getresponse().read()
    except Exception:
        pass
    end_alone()


def call(connection, method, path, body=None, headers=None):
    try:
        connection.request(method, BASE + path, body, headers or {})
        response = connection.getresponse()
        return response, response.read()
    except (OSError, http.client.HTTPException):
        return end_alone()


def mark_end(name):
    """Says that the output up to here belongs to `name`."""
    sys.stdout.flush()
    sys.stderr.flush()
    mark = ("\0signalbox:end:%s\0\n" % name).encode()
    while mark:
        mark = mark[os.write(1, mark):]


class LambdaContext:
    def __init__(self, headers):
        environ = os.environ
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


class RequestLog(logging.Formatter):
    """Log lines as Lambda writes them: level, date, request id."""

    request_id = ""

    def format(self, record):
        at = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % record.msecs
        return "[%s]\t%s\t%s\t%s" % (record.levelname, stamp, self.request_id, super().format(record))


class LoadError(Exception):
    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.document = {"errorMessage": message, "errorType": error_type, "requestId": "", "stackTrace": list(trace)}


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise LoadError("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, error))
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise LoadError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise LoadError("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    found = getattr(module, function_name, None)
    if not callable(found):
        text = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise LoadError("Runtime.HandlerNotFound", text)
    return found


def describe(error, request_id):
    # The first frame is this file's own.
    frames = traceback.extract_tb(error.__traceback__)[1:]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(frames),
    }


def report(document):
    print("[ERROR] %s: %s" % (document["errorType"], document["errorMessage"]))
    if document["stackTrace"]:
        print("Traceback (most recent call last):\n%s" % "".join(document["stackTrace"]))


def run(handler, body, context):
    """The path of the answer and its body."""
    try:
        result = handler(json.loads(body), context)
        try:
            return "response", json.dumps(result)
        except (TypeError, ValueError) as error:
            raise LoadError("Runtime.MarshalError", "Unable to marshal response: %s" % error)
    except LoadError as error:
        document = dict(error.document, requestId=context.aws_request_id)
    except Exception as error:
        document = describe(error, context.aws_request_id)
    report(document)
    return "error", json.dumps(document)


def main():
    threading.Thread(target=watch_server, daemon=True).start()
    connection = http.client.HTTPConnection(API)
    formatter = RequestLog()
    log_handler = logging.StreamHandler(sys.stdout)
    log_handler.setFormatter(formatter)
    logging.getLogger().addHandler(log_handler)
    # The folder of this file must not be where the function finds its modules.
    sys.path[0] = TASK_ROOT
    try:
        try:
            handler = load_handler(os.environ["_HANDLER"])
        except LoadError:
            raise
        except Exception as error:
            raise LoadError(type(error).__name__, str(error), traceback.format_list(traceback.extract_tb(error.__traceback__)))
    except LoadError as error:
        report(error.document)
        sys.stdout.flush()
        call(connection, "POST", "/init/error", json.dumps(error.document), {"Content-Type": "application/json"})
        sys.exit(1)
    mark_end("init")
    while True:
        response, body = call(connection, "GET", "/invocation/next")
        context = LambdaContext(response.headers)
        formatter.request_id = context.aws_request_id
        path, answer = run(handler, body, context)
        mark_end(context.aws_request_id)
        call(
            connection,
            "POST",
            "/invocation/%s/%s" % (context.aws_request_id, path),
            answer.encode(),
            {"Content-Type": "application/json"},
        )


main()
