"""The embedded S3 through boto3. Fails with a traceback at the first thing that is not as on AWS."""

import io
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}, signature_version="s3v4"))


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def raises(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as raised:
        equal(raised.response["Error"]["Code"], code)
    else:
        raise AssertionError(f"{code} was not raised")


s3.create_bucket(Bucket="boto", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.get_waiter("bucket_exists").wait(Bucket="boto")
raises("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket="boto",
       CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

put = s3.put_object(Bucket="boto", Key="a/ä+b", Body=b"hello", Metadata={"who": "me"})
got = s3.get_object(Bucket="boto", Key="a/ä+b")
equal(got["Body"].read(), b"hello")
equal(got["ETag"], put["ETag"])
equal(got["Metadata"], {"who": "me"})
equal(got["ChecksumCRC32"], put["ChecksumCRC32"])

url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto", "Key": "a/ä+b"})
equal(urllib.request.urlopen(url).read(), b"hello")
upload = s3.generate_presigned_url("put_object", Params={"Bucket": "boto", "Key": "uploaded"})
urllib.request.urlopen(urllib.request.Request(upload, b"by link", method="PUT")).read()
equal(s3.get_object(Bucket="boto", Key="uploaded")["Body"].read(), b"by link")

large = bytes(range(256)) * 40_000
s3.upload_fileobj(io.BytesIO(large), "boto", "large")
back = io.BytesIO()
s3.download_fileobj("boto", "large", back)
equal(back.getvalue(), large)

for index in range(7):
    s3.put_object(Bucket="boto", Key=f"many/{index}", Body=b"")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto", Prefix="many/", PaginationConfig={"PageSize": 3})
equal([item["Key"] for page in pages for item in page["Contents"]], [f"many/{index}" for index in range(7)])

raises("NoSuchKey", s3.get_object, Bucket="boto", Key="none")
raises("NoSuchBucket", s3.list_objects_v2, Bucket="no-bucket")
raises("BucketNotEmpty", s3.delete_bucket, Bucket="boto")
keys = [{"Key": item["Key"]} for item in s3.list_objects_v2(Bucket="boto")["Contents"]]
equal(len(s3.delete_objects(Bucket="boto", Delete={"Objects": keys})["Deleted"]), len(keys))
s3.delete_bucket(Bucket="boto")
