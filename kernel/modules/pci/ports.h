/* Configuration space through ports 0xCF8 and 0xCFC (PCI Local Bus 3.0 section 3.2.2.3.2), which every x86 has. */
#ifndef PCI_PORTS_H
#define PCI_PORTS_H

#include <nonos/runtime.h>

#include "config.h"

struct pci_ports {
    nonos_handle region; /* the eight ports */
};

/* Takes the ports out of the root region. Errors of object_create. */
NONOS_MUST_CHECK int pci_ports_init(struct pci_ports *ports, nonos_handle root,
                                    struct pci_config *config);

#endif
