"""What boto3 needs of an S3 server: run as boto.py <endpoint> <bucket>; ends with 0 if all is well."""

import base64
import hashlib
import sys
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.client import Config
from botocore.exceptions import ClientError

ENDPOINT, BUCKET = sys.argv[1:3]
PART = b"p" * (5 << 20)
PATH_STYLE = {"addressing_style": "path"}
s3 = boto3.client("s3", endpoint_url=ENDPOINT, config=Config(signature_version="s3v4", s3=PATH_STYLE))
nobody = boto3.client("s3", endpoint_url=ENDPOINT, config=Config(signature_version=UNSIGNED, s3=PATH_STYLE))


def code_of(call, **arguments):
    try:
        call(Bucket=BUCKET, **arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "no error"


def expect(found, wanted):
    if found != wanted:
        raise SystemExit(f"expected {wanted!r}, got {found!r}")


def checksums():
    body = b"checked"
    for algorithm, digest in (("SHA1", hashlib.sha1), ("SHA256", hashlib.sha256)):
        s3.put_object(Bucket=BUCKET, Key="sum", Body=body, ChecksumAlgorithm=algorithm)
        head = s3.head_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")
        expect(head["Checksum" + algorithm], base64.b64encode(digest(body).digest()).decode())
        expect(s3.get_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")["Body"].read(), body)


def multipart():
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="large", ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, body in enumerate((PART, b"tail"), 1):
        part = s3.upload_part(
            Bucket=BUCKET, Key="large", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    expect(len(s3.list_parts(Bucket=BUCKET, Key="large", UploadId=upload)["Parts"]), 2)
    s3.complete_multipart_upload(Bucket=BUCKET, Key="large", UploadId=upload, MultipartUpload={"Parts": parts})
    expect(s3.get_object(Bucket=BUCKET, Key="large", PartNumber=2)["Body"].read(), b"tail")
    attributes = s3.get_object_attributes(
        Bucket=BUCKET, Key="large", ObjectAttributes=["Checksum", "ObjectParts", "ObjectSize"]
    )
    expect(attributes["ObjectSize"], len(PART) + 4)
    expect(attributes["ObjectParts"]["TotalPartsCount"], 2)


def versions():
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="v", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=BUCKET, Key="v", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=BUCKET, Key="v")["VersionId"]
    expect(code_of(s3.get_object, Key="v"), "NoSuchKey")
    expect(s3.get_object(Bucket=BUCKET, Key="v", VersionId=first)["Body"].read(), b"1")
    listed = s3.list_object_versions(Bucket=BUCKET, Prefix="v")
    expect([v["VersionId"] for v in listed["Versions"]], [second, first])
    expect([m["VersionId"] for m in listed["DeleteMarkers"]], [marker])
    s3.delete_object(Bucket=BUCKET, Key="v", VersionId=marker)
    expect(s3.get_object(Bucket=BUCKET, Key="v")["Body"].read(), b"2")


def access():
    s3.put_object(Bucket=BUCKET, Key="open", Body=b"o", Tagging="a=b")
    expect(code_of(nobody.get_object, Key="open"), "AccessDenied")
    s3.put_object_acl(Bucket=BUCKET, Key="open", ACL="public-read")
    expect(nobody.get_object(Bucket=BUCKET, Key="open")["Body"].read(), b"o")
    expect(s3.get_object_tagging(Bucket=BUCKET, Key="open")["TagSet"], [{"Key": "a", "Value": "b"}])
    expect(code_of(s3.get_bucket_policy), "NoSuchBucketPolicy")
    expect(code_of(s3.put_bucket_policy, Policy="{}"), "NotImplemented")


def presigned():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "open"}, ExpiresIn=60)
    if url.startswith("http:"):
        expect(urllib.request.urlopen(url).read(), b"o")


def empty():
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 3}):
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        names = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in found]
        if names:
            expect(s3.delete_objects(Bucket=BUCKET, Delete={"Objects": names}).get("Errors", []), [])
    s3.delete_bucket(Bucket=BUCKET)


s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "RegionOne"})
expect(s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"], "RegionOne")
for check in (checksums, multipart, versions, access, presigned, empty):
    check()
