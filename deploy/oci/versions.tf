terraform {
  required_version = ">= 1.3"

  required_providers {
    oci = {
      source  = "oracle/oci"
      version = ">= 6.0"
    }
  }
}

# Signs in with ~/.oci/config, or with what Cloud Shell has prepared. No key belongs in these files.
provider "oci" {
  region = var.region
}
