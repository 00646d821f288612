# Where the new machine gets Oriel from: a bucket that anyone can read, but not list. It holds the program, which is open
# source, and the public address, which a machine in Oracle's cloud cannot learn otherwise.

locals {
  install_script = abspath("${var.release_dir}/install.sh")
  package_name   = "oriel-${regex("(?m)^VERSION='([^']+)'$", file(local.install_script))[0]}.tgz"
  release = join("", [
    "https://objectstorage.${var.region}.oraclecloud.com",
    "/n/${data.oci_objectstorage_namespace.tenancy.namespace}/b/${oci_objectstorage_bucket.release.name}/o",
  ])
}

data "oci_objectstorage_namespace" "tenancy" {
  compartment_id = var.compartment_id
}

resource "oci_objectstorage_bucket" "release" {
  compartment_id = var.compartment_id
  namespace      = data.oci_objectstorage_namespace.tenancy.namespace
  name           = "oriel-release"
  access_type    = "ObjectReadWithoutList"
}

resource "oci_objectstorage_object" "install_script" {
  namespace = data.oci_objectstorage_namespace.tenancy.namespace
  bucket    = oci_objectstorage_bucket.release.name
  object    = "install.sh"
  source    = local.install_script
}

resource "oci_objectstorage_object" "package" {
  namespace = data.oci_objectstorage_namespace.tenancy.namespace
  bucket    = oci_objectstorage_bucket.release.name
  object    = local.package_name
  source    = "${dirname(local.install_script)}/${local.package_name}"
}

resource "oci_objectstorage_object" "address" {
  namespace = data.oci_objectstorage_namespace.tenancy.namespace
  bucket    = oci_objectstorage_bucket.release.name
  object    = "public-address"
  content   = oci_core_public_ip.relay.ip_address
}
