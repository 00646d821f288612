locals {
  options = join(" ", compact([
    var.domain == "" ? "" : "--domain ${var.domain}",
    var.ipv6 ? "--host ::" : "",
  ]))

  # The same file as for every other cloud, filled in.
  user_data = replace(replace(replace(replace(file("${path.module}/../cloud-init.yaml"),
    "RELEASE=''", "RELEASE='${local.release}'"),
    "SHA256=''", "SHA256='${filesha256(local.install_script)}'"),
    "OPTIONS=''", "OPTIONS='${local.options}'"),
    "ADDRESS_FROM=''", "ADDRESS_FROM='${local.release}/public-address'"
  )
}

data "oci_identity_availability_domains" "all" {
  compartment_id = var.compartment_id
}

data "oci_core_images" "ubuntu" {
  compartment_id           = var.compartment_id
  operating_system         = "Canonical Ubuntu"
  operating_system_version = "24.04"
  shape                    = var.shape
  sort_by                  = "TIMECREATED"
  sort_order               = "DESC"
}

resource "oci_core_instance" "relay" {
  compartment_id      = var.compartment_id
  availability_domain = data.oci_identity_availability_domains.all.availability_domains[var.availability_domain - 1].name
  display_name        = "oriel"
  shape               = var.shape

  dynamic "shape_config" {
    for_each = var.shape == "VM.Standard.A1.Flex" ? [1] : []

    content {
      ocpus         = var.ocpus
      memory_in_gbs = var.memory_in_gbs
    }
  }

  source_details {
    source_type = "image"
    source_id   = data.oci_core_images.ubuntu.images[0].id
  }

  create_vnic_details {
    subnet_id        = oci_core_subnet.relay.id
    assign_public_ip = false # The reserved one comes below.
    assign_ipv6ip    = var.ipv6
  }

  metadata = {
    ssh_authorized_keys = var.ssh_public_key
    user_data           = base64encode(local.user_data)
  }

  # They have to be there when the machine looks for them.
  depends_on = [oci_objectstorage_object.install_script, oci_objectstorage_object.package]

  lifecycle {
    # A newer image or release, or another order of the domains, must not replace the machine: the relay's data is on its
    # disk. Oracle also refuses to change user_data and the key of a machine that is there.
    ignore_changes = [source_details[0].source_id, metadata, availability_domain]

    precondition {
      condition     = length(base64encode(local.user_data)) < 16384
      error_message = "deploy/cloud-init.yaml is too large for user data: at most 16 KB are expected."
    }
  }
}

data "oci_core_private_ips" "relay" {
  subnet_id  = oci_core_subnet.relay.id
  ip_address = oci_core_instance.relay.private_ip
}

# It stays when the machine is replaced, so cameras find the new one.
resource "oci_core_public_ip" "relay" {
  compartment_id = var.compartment_id
  display_name   = "oriel"
  lifetime       = "RESERVED"
  private_ip_id  = data.oci_core_private_ips.relay.private_ips[0].id
}
