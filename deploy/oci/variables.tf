variable "compartment_id" {
  description = "OCID of the compartment for everything; the tenancy's own OCID is the root compartment."
  type        = string
}

variable "region" {
  description = "Region, for example eu-frankfurt-1. Free machines exist only in the home region of the tenancy."
  type        = string
}

variable "ssh_public_key" {
  description = "Public key that may sign in as ubuntu: the content of a file like ~/.ssh/id_ed25519.pub."
  type        = string

  validation {
    condition     = can(regex("^(ssh-|ecdsa-)", var.ssh_public_key)) && !can(regex("PRIVATE", var.ssh_public_key))
    error_message = "Expected a public key, which begins with ssh- or ecdsa-. Give the content of the .pub file."
  }
}

variable "ssh_from" {
  description = "Addresses that may connect to port 22, for example [\"203.0.113.7/32\"]; [] closes the port."
  type        = list(string)

  validation {
    condition     = alltrue([for range in var.ssh_from : can(cidrhost(range, 0))])
    error_message = "Expected address ranges like 203.0.113.7/32."
  }
}

variable "domain" {
  description = "Name of the relay, for example cam.example.org. Empty: the certificate is for the public address."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)?$", var.domain))
    error_message = "Expected a name like cam.example.org."
  }
}

variable "shape" {
  description = "VM.Standard.A1.Flex (Arm), or VM.Standard.E2.1.Micro (x86, 1 GB, 50 Mbit/s) where A1 has no capacity."
  type        = string
  default     = "VM.Standard.A1.Flex"

  validation {
    condition     = contains(["VM.Standard.A1.Flex", "VM.Standard.E2.1.Micro"], var.shape)
    error_message = "Expected VM.Standard.A1.Flex or VM.Standard.E2.1.Micro: other shapes are not free."
  }
}

variable "ocpus" {
  description = "Cores of an A1.Flex. 2 in the whole tenancy are free since June 2026; it was 4 before."
  type        = number
  default     = 1

  validation {
    condition     = var.ocpus >= 1 && var.ocpus <= 2
    error_message = "Expected 1 or 2: more than 2 cost money, or the machine is terminated."
  }
}

variable "memory_in_gbs" {
  description = "Memory of an A1.Flex in GB. 12 in the whole tenancy are free since June 2026; it was 24 before."
  type        = number
  default     = 6

  validation {
    condition     = var.memory_in_gbs >= 1 && var.memory_in_gbs <= 12
    error_message = "Expected 1 to 12: more than 12 cost money, or the machine is terminated."
  }
}

variable "availability_domain" {
  description = "Number of the availability domain. Try 2 and 3 if the first has no capacity, or no Micro."
  type        = number
  default     = 1

  validation {
    condition     = contains([1, 2, 3], var.availability_domain)
    error_message = "Expected 1, 2 or 3; many regions have only 1."
  }
}

variable "ipv6" {
  description = "Whether the machine gets an IPv6 address too, and the relay listens on it."
  type        = bool
  default     = false
}

variable "release_dir" {
  description = "Folder with the two files that \"npm run pack\" writes: install.sh and oriel-VERSION.tgz."
  type        = string
  default     = "../.."
}
