locals {
  everywhere = var.ipv6 ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"]
}

resource "oci_core_vcn" "relay" {
  compartment_id = var.compartment_id
  display_name   = "oriel"
  dns_label      = "oriel"
  cidr_blocks    = ["10.20.0.0/24"]
  is_ipv6enabled = var.ipv6
}

resource "oci_core_internet_gateway" "relay" {
  compartment_id = var.compartment_id
  vcn_id         = oci_core_vcn.relay.id
  display_name   = "oriel"
}

resource "oci_core_route_table" "relay" {
  compartment_id = var.compartment_id
  vcn_id         = oci_core_vcn.relay.id
  display_name   = "oriel"

  dynamic "route_rules" {
    for_each = local.everywhere

    content {
      destination       = route_rules.value
      destination_type  = "CIDR_BLOCK"
      network_entity_id = oci_core_internet_gateway.relay.id
    }
  }
}

# The provider's firewall. The machine's own is opened by "oriel relay install".
resource "oci_core_security_list" "relay" {
  compartment_id = var.compartment_id
  vcn_id         = oci_core_vcn.relay.id
  display_name   = "oriel"

  # 443: everything. 80: the certificate authority, and browsers that are sent on to https.
  dynamic "ingress_security_rules" {
    for_each = setproduct(local.everywhere, [443, 80])

    content {
      protocol = "6" # TCP
      source   = ingress_security_rules.value[0]

      tcp_options {
        min = ingress_security_rules.value[1]
        max = ingress_security_rules.value[1]
      }
    }
  }

  dynamic "ingress_security_rules" {
    for_each = var.ssh_from

    content {
      protocol = "6" # TCP
      source   = ingress_security_rules.value

      tcp_options {
        min = 22
        max = 22
      }
    }
  }

  # "Fragmentation needed": without it large packets vanish on links with a small MTU.
  ingress_security_rules {
    protocol = "1" # ICMP
    source   = "0.0.0.0/0"

    icmp_options {
      type = 3
      code = 4
    }
  }

  # "Packet too big", the same for IPv6.
  dynamic "ingress_security_rules" {
    for_each = var.ipv6 ? ["::/0"] : []

    content {
      protocol = "58" # ICMPv6
      source   = ingress_security_rules.value

      icmp_options {
        type = 2
        code = 0
      }
    }
  }

  dynamic "egress_security_rules" {
    for_each = local.everywhere

    content {
      protocol    = "all"
      destination = egress_security_rules.value
    }
  }
}

resource "oci_core_subnet" "relay" {
  compartment_id    = var.compartment_id
  vcn_id            = oci_core_vcn.relay.id
  display_name      = "oriel"
  dns_label         = "relay"
  cidr_block        = "10.20.0.0/24"
  ipv6cidr_block    = var.ipv6 ? cidrsubnet(oci_core_vcn.relay.ipv6cidr_blocks[0], 8, 0) : null
  route_table_id    = oci_core_route_table.relay.id
  security_list_ids = [oci_core_security_list.relay.id]
}
